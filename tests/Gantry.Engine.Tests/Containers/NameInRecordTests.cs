using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers;

public sealed class NameInRecordTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-name-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory, InlineData(0.3, "web"), InlineData(0.9, "web"), InlineData(0.02, null), InlineData(0, null)]
    public void ItIsReadAsFarAsItIsThere(double part, string? name)
    {
        byte[] whole = JsonSerializer.SerializeToUtf8Bytes(new ContainerRecord
        {
            Id = new string('a', 64), Name = "web", Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [],
            Config = new ContainerConfig { Labels = new Dictionary<string, string> { ["Name"] = "other" } },
            Image = "", Driver = "overlay2", Mounts = [],
        }, ContainerJson.Default.ContainerRecord);
        File.WriteAllBytes($"{_root}/config.v2.json", whole[..(int)(whole.Length * part)]);
        Assert.Equal(name, NameInRecord.Read($"{_root}/config.v2.json"));
    }

    [Theory, InlineData("[5]"), InlineData("{\"Name\":[1]}"), InlineData("{\"Name\":\"../x\"}"), InlineData("{\"A\":{\"Name\":\"inner\"}}")]
    public void WhatIsNoNameIsNone(string json)
    {
        File.WriteAllText($"{_root}/config.v2.json", json);
        Assert.Null(NameInRecord.Read($"{_root}/config.v2.json"));
        Assert.Null(NameInRecord.Read($"{_root}/nobody"));
    }
}
