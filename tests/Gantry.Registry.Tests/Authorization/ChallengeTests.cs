using Gantry.Registry.Authorization;

namespace Gantry.Registry.Tests.Authorization;

public sealed class ChallengeTests
{
    [Fact]
    public void ParametersMayBeQuotedEscapedAndBare()
    {
        Challenge challenge =
            Challenge.TryParse("Bearer", "realm=\"https://auth.example/token?a=b,c\", service=registry , scope=\"x \\\"y\\\"\"")!;
        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal(("https://auth.example/token?a=b,c", "registry", "x \"y\""),
            (challenge["realm"], challenge["Service"], challenge["scope"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("realm")]
    [InlineData("=x,,=")]
    [InlineData("realm=\"never closed")]
    public void NonsenseIsNoReasonToFail(string parameters) => Assert.NotNull(Challenge.TryParse("Bearer", parameters));
}
