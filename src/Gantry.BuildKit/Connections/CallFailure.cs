using Grpc.Core;

namespace Gantry.BuildKit.Connections;

/// <summary>What a call has failed with, in our kinds.</summary>
internal static class CallFailure
{
    /// <param name="what">Was asked for.</param>
    public static GantryException Of(RpcException e, string what)
    {
        ErrorKind kind = CallCodes.KindOf(e.StatusCode);
        string reason = kind == ErrorKind.Unavailable ? $"the client does not answer: {Detail(e)}" : Detail(e);
        return new GantryException(kind, $"{what}: {reason}", e);
    }

    private static string Detail(RpcException e) => e.Status.Detail.Length > 0 ? e.Status.Detail : e.StatusCode.ToString();
}
