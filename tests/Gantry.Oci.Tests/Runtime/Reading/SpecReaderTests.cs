using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Oci.Runtime.Writing;
using Gantry.Tests.Shared;

namespace Gantry.Oci.Tests.Runtime.Reading;

/// <summary>The hand-written reader must see exactly what the serializer sees.</summary>
public sealed class SpecReaderTests
{
    private static string Show(OciSpec spec) => JsonSerializer.Serialize(spec, RuntimeJson.Default.OciSpec);

    [Fact]
    public void EveryMemberIsRead()
    {
        OciSpec expected = JsonSerializer.Deserialize(WholeConfig.Text, RuntimeJson.Default.OciSpec)!;
        Assert.Equal(Show(expected), Show(SpecReader.Read(System.Text.Encoding.UTF8.GetBytes(WholeConfig.Text))));
    }

    [Fact]
    public void AProcessSurvivesWritingAndReading()
    {
        OciProcess process = JsonSerializer.Deserialize(WholeConfig.Text, RuntimeJson.Default.OciSpec)!.Process!;
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream)) ProcessWriter.Write(writer, process);
        Assert.Equal(Show(new OciSpec { Process = process }), Show(new OciSpec { Process = ProcessReader.Read(stream.ToArray()) }));
    }

    [Fact]
    public void AConfigFileKeepsSeccompAsBytes()
    {
        ConfigFile file = ConfigFile.Read(System.Text.Encoding.UTF8.GetBytes(WholeConfig.Text));
        Assert.Null(file.Spec.Linux!.Seccomp);
        Assert.Equal("read", ConfigFile.ReadSeccomp(file.Seccomp).Syscalls![0].Names[0]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"process\":[]}")]
    [InlineData("{\"process\":{\"cwd\":1}}")]
    [InlineData("{\"process\":{}}")]
    [InlineData("{\"mounts\":[7]}")]
    [InlineData("{\"linux\":{\"resources\":{\"pids\":{\"limit\":1.5}}}}")]
    [InlineData("{\"annotations\":{\"a\":1}}")]
    [InlineData("{\"ociVersion\":")]
    public void WrongTypesAreRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => SpecReader.Read(System.Text.Encoding.UTF8.GetBytes(json)));
}
