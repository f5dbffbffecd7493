using System.Text.Json.Serialization;

namespace Gantry.Base.Tests;

public sealed partial class JsonFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-json-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Reading it would end with the memory of the machine.</summary>
    [Theory, InlineData("/dev/zero"), InlineData("/dev/full"), InlineData("other")]
    public void WhatIsAnEndlessDeviceIsDamaged(string target)
    {
        File.CreateSymbolicLink($"{_root}/other", "/dev/zero");
        File.CreateSymbolicLink($"{_root}/file", target);
        Assert.Throws<DamagedFileException>(() => JsonFile.Load($"{_root}/file", TextJson.Default.Text));
        Assert.True(JsonFile.IsThere(JsonFile.SetAside($"{_root}/file")));
        Assert.Null(JsonFile.Load($"{_root}/file", TextJson.Default.Text));
    }

    [Fact]
    public void LinksInACircleAreDamaged()
    {
        File.CreateSymbolicLink($"{_root}/file", "file");
        Assert.Throws<DamagedFileException>(() => JsonFile.Load($"{_root}/file", TextJson.Default.Text));
    }

    internal sealed record Text(string? Value);

    [JsonSerializable(typeof(Text))]
    private sealed partial class TextJson : JsonSerializerContext;
}
