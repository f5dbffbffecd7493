using Gantry.Linux;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Reports;

/// <summary>Failures as the daemon gets them.</summary>
internal static class FailureReport
{
    public static ShimMessage Message(Exception error, long sequence = 0) => new()
    {
        Type = ShimMessageType.Failed,
        Sequence = sequence,
        Error = error.Message,
        Step = error switch
        {
            LaunchException launch => launch.Step,
            GantryException { Kind: ErrorKind.InvalidArgument } => FailureStep.Configuration,
            _ => FailureStep.Other,
        },
        Errno = error switch { LaunchException launch => launch.Errno, KernelException kernel => kernel.Errno, _ => 0 },
    };
}
