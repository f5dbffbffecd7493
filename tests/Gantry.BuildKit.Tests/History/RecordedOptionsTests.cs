using Gantry.BuildKit.History;

namespace Gantry.BuildKit.Tests.History;

public sealed class RecordedOptionsTests
{
    [Theory]
    [InlineData("https://user:secret@host/x.git#main", "https://xxxxx@host/x.git#main")]
    [InlineData("https://token@host/x.git", "https://xxxxx@host/x.git")]
    [InlineData("http://u:p@proxy:3128", "http://xxxxx@proxy:3128")]
    [InlineData("https://host/context.tar?token=secret#x", "https://host/context.tar?xxxxx#x")]
    [InlineData("ssh://git@host/x", "ssh://xxxxx@host/x")]
    [InlineData("a@b://c?d", "a@b://c?d")]
    [InlineData("linux/amd64", "linux/amd64")]
    public void AnAddressHasNoPassword(string value, string expected) =>
        Assert.Equal(expected, RecordedOptions.Of(new Dictionary<string, string> { ["o"] = value })["o"]);

    [Fact]
    public void ARecordIsBounded()
    {
        Dictionary<string, string> many = Enumerable.Range(0, 10_000)
            .ToDictionary(i => $"{new string('k', 5000)}{i}", _ => new string('v', 5000));
        Assert.True(RecordedOptions.Of(many).Sum(option => option.Key.Length + option.Value.Length) < 500_000);
    }
}
