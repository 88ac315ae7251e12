import { QueryCache, QueryClient } from '@tanstack/react-query';
import { checkConnection } from './connection';

/** The cache of requests, which all pages share. */
export const queries: QueryClient = new QueryClient({
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
