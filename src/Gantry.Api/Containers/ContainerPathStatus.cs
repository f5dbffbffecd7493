using System.Text.Json.Serialization;

namespace Gantry.Api.Containers;

/// <summary>What a path in a container is; travels as base64 of its JSON in the header <c>X-Docker-Container-Path-Stat</c>.</summary>
public sealed class ContainerPathStatus
{
    private const uint DirectoryBit = 1u << 31, LinkBit = 1u << 27;

    /// <summary>The last part of the path as it was asked for.</summary>
    [JsonPropertyName("name")] public string Name { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("size")] public long Size { get; set; }
    /// <summary>The bits of Go's os.FileMode, which are not those of the kernel.</summary>
    [JsonPropertyName("mode")] public uint Mode { get; set; }
    [JsonPropertyName("mtime")] public string ModifiedAt { get; set => field = value ?? ""; } = "";
    /// <summary>Where a link leads, from the container's root.</summary>
    [JsonPropertyName("linkTarget")] public string LinkTarget { get; set => field = value ?? ""; } = "";

    [JsonIgnore] public bool IsDirectory => (Mode & DirectoryBit) != 0;
    [JsonIgnore] public bool IsLink => (Mode & LinkBit) != 0;
}
