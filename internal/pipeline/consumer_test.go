package pipeline

import "context"

func openNothing(context.Context, int, int64) (Writer, error) { panic("not opened here") }
