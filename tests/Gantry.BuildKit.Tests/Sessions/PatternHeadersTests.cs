using System.Text;
using Gantry.Build.Sessions;
using Gantry.BuildKit.Connections;
using Gantry.BuildKit.Sessions;
using Grpc.Core;

namespace Gantry.BuildKit.Tests.Sessions;

public sealed class PatternHeadersTests
{
    private static Dictionary<string, string> Of(params string[] patterns) =>
        PatternHeaders.Of(new FilesRequest("context") { Exclude = patterns }).ToDictionary(header => header.Key, header => header.Value);

    [Fact]
    public void PatternsAreValuesOfOneName()
    {
        Dictionary<string, string> headers = Of("*.log", "!a, b", "ü");
        Assert.Equal("context", headers["dir-name"]);
        Assert.False(headers.ContainsKey("followpaths"));
        Assert.False(headers.ContainsKey("exclude-patterns-encoded"));
        // Bytes as they are, a character for each.
        string expected = $"*.log{HeaderBlock.Separator}!a, b{HeaderBlock.Separator}{Encoding.Latin1.GetString("ü"u8)}";
        Assert.Equal(expected, headers["exclude-patterns"]);
    }

    [Fact]
    public void WhatNoHeaderCanHaveIsEncoded()
    {
        Dictionary<string, string> headers = Of("a\x01+%b", "**/c");
        Assert.Equal(("1", $"a%01%2B%25b{HeaderBlock.Separator}**/c"), (headers["exclude-patterns-encoded"], headers["exclude-patterns"]));
    }

    private static string? Followed(params string[] sources) =>
        PatternHeaders.Of(new FilesRequest("context") { Follow = sources }).Get("followpaths")?.Value
            .Replace(HeaderBlock.Separator.ToString(), "|");

    [Theory]
    [InlineData("a|b/c|d", "a", "./b//c/", "/x/../d")]
    [InlineData("*.go|src/a/main.?", "*.go", "src/a/main.?")]
    [InlineData("secret", "../secret")]
    public void SourcesAreFollowedFromTheTop(string expected, params string[] sources) => Assert.Equal(expected, Followed(sources));

    /// <summary>All is asked for where clients would not find what a COPY finds.</summary>
    [Theory]
    [InlineData("."), InlineData("/"), InlineData("a/.."), InlineData("a", "**/b"), InlineData("[ab]"), InlineData("a/*/b")]
    [InlineData("a\\b")]
    [InlineData("!a"), InlineData("a,b"), InlineData("a\n"), InlineData(" a"), InlineData("a/b "), InlineData("#a")]
    public void WhatClientsMayTakeOtherwiseIsNotFollowed(params string[] sources) => Assert.Null(Followed(["plain", .. sources]));

    [Fact]
    public void ANameThatIsNoTextIsNotFollowed() => WhatClientsMayTakeOtherwiseIsNotFollowed(ByteText.Of([(byte)'a', 0xff]));

    [Fact]
    public void MoreThanAClientTakesIsRefused() =>
        Assert.Equal(ErrorKind.InvalidArgument,
            Assert.Throws<GantryException>(() => Of([.. Enumerable.Range(0, 6000).Select(i => new string('x', 100))])).Kind);
}
