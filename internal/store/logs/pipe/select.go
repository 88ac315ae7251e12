package pipe

import "slices"

// firstOf returns the first k of order as compare sorts them, all of them when k is 0. It compares most of the
// others once, with the last of the k that it holds, instead of sorting all. order is used as memory.
func firstOf(order []uint32, k int, compare func(x, y uint32) int) []uint32 {
	if k > 0 && k < len(order) {
		heap := order[:k] // the last of the k is on top
		for i := k/2 - 1; i >= 0; i-- {
			siftDown(heap, i, compare)
		}
		for _, x := range order[k:] {
			if compare(x, heap[0]) < 0 {
				heap[0] = x
				siftDown(heap, 0, compare)
			}
		}
		order = heap
	}
	slices.SortFunc(order, compare)
	return order
}

func siftDown(heap []uint32, i int, compare func(x, y uint32) int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && compare(heap[child+1], heap[child]) > 0 {
			child++
		}
		if compare(heap[child], heap[i]) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
