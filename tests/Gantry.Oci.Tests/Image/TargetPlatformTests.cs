using Gantry.Oci.Image;

namespace Gantry.Oci.Tests.Image;

public sealed class TargetPlatformTests
{
    [Theory]
    [InlineData(null, "linux/HOST")]
    [InlineData("", "linux/HOST")]
    [InlineData("linux", "linux/HOST")]
    [InlineData("Windows", "windows/HOST")]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("aarch64", "linux/arm64")]
    [InlineData("x86_64", "linux/amd64")]
    [InlineData("linux/x86-64", "linux/amd64")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("x/y", "x/y")]
    public void WhatIsLeftOutIsThisHosts(string? text, string platform) =>
        Assert.Equal(platform.Replace("HOST", HostArchitecture.Name), TargetPlatform.Parse(text).ToString());

    [Theory]
    [InlineData("xyz", "\"xyz\": unknown operating system or architecture")]
    [InlineData("a/b/c/d", "platform specifier must be of the form")]
    [InlineData("linux/", "platform specifier must be of the form")]
    [InlineData("li nux/arm", "platform specifier must be of the form")]
    public void WhatIsNoneIsRefused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<GantryException>(() => TargetPlatform.Parse(text)).Message);
}
