import { type AuthorizationRequest, AwsError, type Kernel } from '../kernel.ts';

/**
 * Asks the kernel's permissions.
 *
 * @param code the wire code by which the service says that access is denied; they do not agree on one
 * @throws AwsError
 */
export function authorize(kernel: Kernel, request: AuthorizationRequest, code = 'AccessDenied'): void {
  try {
    kernel.permissions.authorize(request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(code, error.message, 403, error.members);
  }
}
