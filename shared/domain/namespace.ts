/** Where a cluster keeps its own parts. */
export const systemNamespace = 'kube-system';
