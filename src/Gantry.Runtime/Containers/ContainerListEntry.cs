using System.Text.Json.Serialization;

namespace Gantry.Runtime.Containers;

/// <summary>What <c>state</c> prints, and one entry of <c>list --format json</c>: runtime.md, "State",
/// and runc's further members.</summary>
internal sealed record ContainerListEntry(string OciVersion, string Id, int Pid, string Status, string Bundle, string Rootfs,
    DateTime Created,
    IReadOnlyDictionary<string, string>? Annotations, string Owner);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(List<ContainerListEntry>))]
[JsonSerializable(typeof(List<int>))]
internal sealed partial class StateJson : JsonSerializerContext;
