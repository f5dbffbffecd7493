using System.Text.Json.Serialization;

namespace Gantry.Api.Builds;

/// <summary>Answer of <c>POST /gantry/build/check</c>: what the checks of a Dockerfile have found. Ours, not Docker's.</summary>
public sealed class BuildCheckReport
{
    /// <summary>Its name in the context.</summary>
    public string Dockerfile { get; set => field = value ?? ""; } = "";
    /// <summary>In the order of the file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<BuildCheckWarning> Warnings { get; set => field = value ?? []; } = [];
}

public sealed class BuildCheckWarning
{
    /// <summary>Docker's name of the check.</summary>
    public string Check { get; set => field = value ?? ""; } = "";
    public string Message { get; set => field = value ?? ""; } = "";
    /// <summary>What it is about, counted from 1.</summary>
    public int Line { get; set; }
    public int LastLine { get; set; }
    /// <summary>The number of the first of <see cref="Shown"/>.</summary>
    public int FirstShown { get; set; }
    /// <summary>The lines themselves, with some around them.</summary>
    public List<string> Shown { get; set => field = value ?? []; } = [];
}
