import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ThemeProvider } from '../theme/ThemeProvider';
import { checkConnection } from './connection';
import { router } from './router';

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => checkConnection(queries, error, queryKey),
  }),
  defaultOptions: {
    queries: {
      // A person decides when to search again; what should move by itself says so where it is asked.
      refetchOnWindowFocus: false,
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      // The browser's word on being online says nothing about a server on this machine or network.
      networkMode: 'always',
    },
  },
});

/** The whole console. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <ThemeProvider>
        <RouterProvider router={router} />
      </ThemeProvider>
    </QueryClientProvider>
  );
}
