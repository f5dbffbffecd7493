using Gantry.BuildKit.Connections;
using Grpc.Core;

namespace Gantry.BuildKit.Tests.Connections;

public sealed class CallCodesTests
{
    [Theory]
    [InlineData(ErrorKind.NotFound, StatusCode.NotFound)]
    [InlineData(ErrorKind.Conflict, StatusCode.AlreadyExists)]
    [InlineData(ErrorKind.InvalidArgument, StatusCode.InvalidArgument)]
    [InlineData(ErrorKind.Forbidden, StatusCode.PermissionDenied)]
    [InlineData(ErrorKind.Unauthorized, StatusCode.Unauthenticated)]
    [InlineData(ErrorKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(ErrorKind.Unsupported, StatusCode.Unimplemented)]
    public void WhatBothHaveAWordForGoesThereAndBack(ErrorKind kind, StatusCode code)
    {
        Assert.Equal(code, CallCodes.Of(kind));
        Assert.Equal(kind, CallCodes.KindOf(code));
    }

    [Theory]
    [InlineData(ErrorKind.Internal)]
    [InlineData(ErrorKind.NotModified)]
    public void WhatHasNoWordIsUnknown(ErrorKind kind) => Assert.Equal(StatusCode.Unknown, CallCodes.Of(kind));

    [Theory]
    [InlineData(StatusCode.Cancelled)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Internal)]
    public void AClientThatBreaksOffIsNotThere(StatusCode code) => Assert.Equal(ErrorKind.Unavailable, CallCodes.KindOf(code));

    [Theory]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.OutOfRange)]
    public void WhatAClientAnswersOtherwiseIsItsOwnMistake(StatusCode code) =>
        Assert.Equal(ErrorKind.InvalidArgument, CallCodes.KindOf(code));
}
