using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Gantry.Engine.Containers.Checks;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Checks;

public sealed class MountSpecCheckTests
{
    [Theory]
    [InlineData("null", "invalid mount config for type \"\": field Target must not be empty")]
    [InlineData("""{"Type":"xx","Target":"/x"}""", "invalid mount config for type \"xx\": mount type unknown")]
    [InlineData("""{"Type":"bind","Target":"/x"}""", "invalid mount config for type \"bind\": field Source must not be empty")]
    [InlineData("""{"Type":"bind","Source":"x","Target":"/x"}""",
        "invalid mount config for type \"bind\": invalid mount path: 'x' mount path must be absolute")]
    [InlineData("""{"Type":"bind","Source":"/tmp","Target":"/"}""",
        "invalid mount config for type \"bind\": invalid specification: destination can't be '/'")]
    [InlineData("""{"Type":"bind","Source":"/tmp","Target":"/x","BindOptions":{"Propagation":"xx"}}""",
        "invalid mount config for type \"bind\": invalid propagation mode: xx")]
    [InlineData("""{"Type":"bind","Source":"/tmp","Target":"/x","VolumeOptions":{}}""",
        "invalid mount config for type \"bind\": field VolumeOptions must not be specified")]
    [InlineData("""{"Type":"bind","Source":"/tmp","Target":"/x","ReadOnly":true,"""
        + """ "BindOptions":{"ReadOnlyNonRecursive":true,"ReadOnlyForceRecursive":true}}""",
        "invalid mount config for type \"bind\": mount options conflict: ReadOnlyNonRecursive && ReadOnlyForceRecursive")]
    [InlineData("""{"Type":"volume","Source":"vv","Target":"/x","BindOptions":{}}""",
        "invalid mount config for type \"volume\": field BindOptions must not be specified")]
    [InlineData("""{"Type":"volume","Target":"/x","ReadOnly":true}""",
        "invalid mount config for type \"volume\": must not set ReadOnly mode when using anonymous volumes")]
    [InlineData("""{"Type":"tmpfs","Source":"x","Target":"/x"}""",
        "invalid mount config for type \"tmpfs\": field Source must not be specified")]
    [InlineData("""{"Type":"tmpfs","Target":"/x","BindOptions":{}}""",
        "invalid mount config for type \"tmpfs\": field BindOptions must not be specified")]
    [InlineData("""{"Type":"tmpfs","Target":"/x","TmpfsOptions":{"SizeBytes":-1}}""",
        "invalid mount config for type \"tmpfs\": field SizeBytes must not be negative")]
    public void Refused(string mount, string message)
    {
        HostConfig host = JsonSerializer.Deserialize($$"""{"Mounts":[{{mount}}]}""", ApiJson.Wire.HostConfig)!;
        GantryException refused = Assert.Throws<GantryException>(() => MountSpecCheck.Run(host.Mounts![0]));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refused.Kind, refused.Message));
    }
}
