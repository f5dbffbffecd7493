using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Execution;
using Gantry.BuildKit.Connections;
using Gantry.BuildKit.Progress;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Why a build has failed, as its client is told.</summary>
public static class SolveFailure
{
    /// <summary>What is the client's own fault, and no failure of the daemon.</summary>
    public static bool IsOfBuild(Exception e) => e is StepFailedException or DockerfileException;

    public static RpcException Of(Exception e) => new(StatusOf(e));

    public static Status StatusOf(Exception e) => e switch
    {
        RpcException call => call.Status,
        DockerfileException => new Status(StatusCode.InvalidArgument, FailureText.Of(e)),
        GantryException known => new Status(CallCodes.Of(known.Kind), known.Message),
        OperationCanceledException => new Status(StatusCode.Cancelled, "context canceled"),
        _ => new Status(StatusCode.Unknown, FailureText.Of(e)),
    };
}
