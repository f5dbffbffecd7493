using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Execution;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Why a build has failed, as its client is told.</summary>
internal static class SolveFailure
{
    /// <summary>What is the client's own fault, and no failure of the daemon.</summary>
    public static bool IsOfBuild(Exception e) => e is StepFailedException or DockerfileException;

    public static RpcException Of(Exception e) => new(CallStatus.Of(e));
}
