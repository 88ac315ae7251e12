/** `number` aligns to the right; `wide` and `wider` columns need room, and go where there is less. */
type Mark = 'number' | 'wide' | 'wider';

interface TableHeadProps {
  /** The name of each column, and what its cells are marked with too. */
  columns: readonly (readonly [name: string, ...marks: Mark[]])[];
}

/** The head of a table within a Section. */
export function TableHead({ columns }: TableHeadProps) {
  return (
    <thead>
      <tr>
        {columns.map(([name, ...marks]) => (
          <th
            key={name}
            scope="col"
            {...Object.fromEntries(marks.map((mark) => [`data-${mark}`, '']))}
          >
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
