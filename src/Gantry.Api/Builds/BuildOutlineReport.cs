using System.Text.Json.Serialization;

namespace Gantry.Api.Builds;

/// <summary>Answer of <c>POST /gantry/build/outline</c>: what a Dockerfile can be asked for and given. The names of the members of
/// both parts are those of BuildKit's command line (<c>--call=outline,format=json</c>). Ours, not Docker's API's.</summary>
public sealed class BuildOutlineReport
{
    public BuildOutline Outline { get; set => field = value ?? new(); } = new();
    public BuildTargets Targets { get; set => field = value ?? new(); } = new();
}

/// <summary>What the target can be given.</summary>
public sealed class BuildOutline
{
    /// <summary>Of the target.</summary>
    [JsonPropertyName("name")] public string? Name { get; set; }
    [JsonPropertyName("description")] public string? Description { get; set; }
    [JsonPropertyName("args")] public List<BuildOutlineItem>? Args { get; set; }
    [JsonPropertyName("secrets")] public List<BuildOutlineItem>? Secrets { get; set; }
    [JsonPropertyName("ssh")] public List<BuildOutlineItem>? Ssh { get; set; }
    [JsonPropertyName("cache")] public List<BuildOutlineCache>? Cache { get; set; }
    /// <summary>The Dockerfile.</summary>
    [JsonPropertyName("sources")] public List<byte[]>? Sources { get; set; }
}

/// <summary>An argument, a secret or an agent.</summary>
public sealed class BuildOutlineItem
{
    [JsonPropertyName("name")] public string Name { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("description")] public string? Description { get; set; }
    /// <summary>Of an argument: that it has in this build.</summary>
    [JsonPropertyName("value")] public string? Value { get; set; }
    /// <summary>Of a secret or an agent: the build fails without it.</summary>
    [JsonPropertyName("required"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Required { get; set; }
    [JsonPropertyName("location")] public BuildLocation? Location { get; set; }
}

public sealed class BuildOutlineCache
{
    public string ID { get; set => field = value ?? ""; } = "";
    public BuildLocation? Location { get; set; }
}

/// <summary>The stages that a build can be asked for.</summary>
public sealed class BuildTargets
{
    [JsonPropertyName("targets")] public List<BuildTarget> Targets { get; set => field = value ?? []; } = [];
    [JsonPropertyName("sources")] public List<byte[]>? Sources { get; set; }
}

public sealed class BuildTarget
{
    [JsonPropertyName("name")] public string? Name { get; set; }
    /// <summary>It is what is built when nothing is said.</summary>
    [JsonPropertyName("default"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Default { get; set; }
    [JsonPropertyName("description")] public string? Description { get; set; }
    [JsonPropertyName("base")] public string? Base { get; set; }
    [JsonPropertyName("platform")] public string? Platform { get; set; }
    [JsonPropertyName("location")] public BuildLocation? Location { get; set; }
}

/// <summary>Where something stands in the Dockerfile.</summary>
public sealed class BuildLocation
{
    [JsonPropertyName("ranges")] public List<BuildRange> Ranges { get; set => field = value ?? []; } = [];
}

public sealed class BuildRange
{
    [JsonPropertyName("start")] public BuildPosition Start { get; set => field = value ?? new(); } = new();
    [JsonPropertyName("end")] public BuildPosition End { get; set => field = value ?? new(); } = new();
}

/// <summary>Counted from 1.</summary>
public sealed class BuildPosition
{
    [JsonPropertyName("line")] public int Line { get; set; }
}

/// <summary>What the checks find, as <c>--call=check,format=json</c> shows it.</summary>
public sealed class BuildLintResults
{
    [JsonPropertyName("warnings")] public List<BuildLintWarning> Warnings { get; set => field = value ?? []; } = [];
}

public sealed class BuildLintWarning
{
    [JsonPropertyName("ruleName")] public string RuleName { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("url")] public string? Url { get; set; }
    [JsonPropertyName("detail")] public string Detail { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("location")] public BuildLocation? Location { get; set; }
}
