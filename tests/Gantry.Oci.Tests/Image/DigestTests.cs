using Gantry.Oci.Image;

namespace Gantry.Oci.Tests.Image;

public sealed class DigestTests
{
    /// <summary>image-spec, config.md, "Layer ChainID": the lowest is its own, each other one the digest of both with a blank.</summary>
    [Fact]
    public void AChainNamesALayerWithAllBelow()
    {
        string[] diffIds = [Digest.Of("a"u8), Digest.Of("b"u8), Digest.Of("c"u8)];
        IReadOnlyList<string> chain = Digest.ChainIds(diffIds);
        string second = Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{diffIds[0]} {diffIds[1]}"));
        Assert.Equal([diffIds[0], second, Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{second} {diffIds[2]}"))], chain);
        Assert.Empty(Digest.ChainIds([]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/passwd")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void WhatIsNoneBecomesNoPath(string text) => Assert.False(Digest.IsValid(text));

    [Fact]
    public void NothingHasADigestToo() =>
        Assert.Equal("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Digest.Of([]));
}
