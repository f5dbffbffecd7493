using Gantry.Build.Dockerfile.Lexing;
using Gantry.BuildKit.Connections;
using Gantry.BuildKit.Progress;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Why a call has failed, in gRPC's words.</summary>
public static class CallStatus
{
    public static Status Of(Exception e) => e switch
    {
        RpcException call => call.Status,
        DockerfileException => new Status(StatusCode.InvalidArgument, FailureText.Of(e)),
        GantryException known => new Status(CallCodes.Of(known.Kind), known.Message),
        OperationCanceledException => new Status(StatusCode.Cancelled, "context canceled"),
        _ => new Status(StatusCode.Unknown, FailureText.Of(e)),
    };
}
