using System.Text.Json.Serialization;

namespace Gantry.Api.Containers;

/// <summary>Body of <c>POST /containers/{id}/update</c>; what is zero or null stays as it is.</summary>
public sealed class ContainerUpdateRequest : ContainerResources
{
    public RestartPolicy? RestartPolicy { get; set; }
}

public sealed class ContainerUpdateResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Warnings { get; set; }
}

public sealed class ContainersPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? ContainersDeleted { get; set; }
    public long SpaceReclaimed { get; set; }
}

/// <summary>One path that differs from the image: kind 0 changed, 1 added, 2 deleted.</summary>
public sealed class FilesystemChange
{
    public int Kind { get; set; }
    public string Path { get; set => field = value ?? ""; } = "";
}
