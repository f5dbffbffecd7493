using Gantry.Linux;
using Gantry.Shim;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Which of the runtime's and the kernel's refusals are about what the caller asked for,
/// rather than a fault of ours or of the host.</summary>
internal static class RefusedValue
{
    public static bool Is(ShimFailureException failure) => failure.Step != FailureStep.Other
        || failure.Errno is Errno.EINVAL or Errno.ERANGE or Errno.EOVERFLOW or Errno.ENAMETOOLONG or Errno.E2BIG or Errno.ENOENT
        or Errno.ENOTDIR or Errno.ELOOP;
}
