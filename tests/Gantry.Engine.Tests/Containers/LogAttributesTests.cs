using Gantry.Api.Containers;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers;

public sealed class LogAttributesTests
{
    private static readonly ContainerRecord Record = new()
    {
        Id = new string('a', 64), Name = "web", Created = default, Path = "sh", Args = ["-c", "x"], Image = "sha256:" + new string('b', 64),
        Driver = "overlay2", Mounts = [],
        Config = new ContainerConfig
        {
            Image = "busybox:1", Env = ["APP=1", "HOME=/root", "EMPTY="],
            Labels = new() { ["colour"] = "green", ["size"] = "big" },
        },
    };

    [Theory]
    [InlineData("labels", "colour,nosuch", "colour=green")]
    [InlineData("labels-regex", "^(col|si)", "colour=green size=big")]
    [InlineData("env", "EMPTY,NOSUCH", "EMPTY=")]
    [InlineData("env-regex", "^A", "APP=1")]
    [InlineData("tag", "{{.Name}}/{{ .ID }} of {{.ImageName}}", "tag=web/aaaaaaaaaaaa of busybox:1")]
    [InlineData("tag", "{{.ImageID}} {{.Command}}", "tag=sha256:bbbbb sh -c x")]
    [InlineData("tag", "", "")]
    [InlineData("max-size", "1m", "")]
    public void WhatIsWrittenBesideEachRecord(string option, string value, string expected) =>
        Assert.Equal(expected, string.Join(' ', (LogAttributes.Of(Record, new Dictionary<string, string> { [option] = value }) ?? [])
            .Select(one => $"{one.Key}={one.Value}")));

    /// <summary>Where nothing is kept nobody looked at the options, and they stand in no start's way.</summary>
    [Fact]
    public void WhatKeepsNothingTakesAnyOption()
    {
        Container container = new(Record, new HostConfig
        {
            LogConfig = new LogConfig { Type = "none", Config = new() { ["labels-regex"] = "(", ["tag"] = "{{", ["max-size"] = "x" } },
        }, new ContainerPaths("/data", "/exec", Record.Id));
        LogSettings.Check(container.HostConfig.LogConfig);
        Assert.Equal("none", LogSettings.Of(container).Driver);
    }

    [Theory]
    [InlineData("tag", "{{.NoSuch}}")]
    [InlineData("tag", "{{range .}}")]
    [InlineData("labels-regex", "(")]
    [InlineData("env-regex", "[")]
    public void WhatCannotBeUsedIsRefused(string option, string value) =>
        Assert.Throws<GantryException>(() => LogAttributes.Check(option, value));
}
