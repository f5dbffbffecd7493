using Grpc.Core;

namespace Gantry.BuildKit.Connections;

/// <summary>Our kinds of failures and gRPC's codes, both ways.</summary>
public static class CallCodes
{
    private static readonly (ErrorKind Kind, StatusCode Code)[] Pairs =
    [
        (ErrorKind.NotFound, StatusCode.NotFound), (ErrorKind.Conflict, StatusCode.AlreadyExists),
        (ErrorKind.InvalidArgument, StatusCode.InvalidArgument), (ErrorKind.Forbidden, StatusCode.PermissionDenied),
        (ErrorKind.Unauthorized, StatusCode.Unauthenticated), (ErrorKind.Unavailable, StatusCode.Unavailable),
        (ErrorKind.Unsupported, StatusCode.Unimplemented),
    ];

    /// <returns>Unknown where gRPC has no word for it.</returns>
    public static StatusCode Of(ErrorKind kind)
    {
        foreach ((ErrorKind known, StatusCode code) in Pairs)
            if (known == kind) return code;
        return StatusCode.Unknown;
    }

    /// <summary>What a call to a client has failed with: one that breaks off is not there.</summary>
    public static ErrorKind KindOf(StatusCode code)
    {
        if (code is StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.Internal) return ErrorKind.Unavailable;
        foreach ((ErrorKind kind, StatusCode known) in Pairs)
            if (known == code) return kind;
        return ErrorKind.InvalidArgument;
    }
}
