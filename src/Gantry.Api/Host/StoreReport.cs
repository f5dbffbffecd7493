using System.Text.Json.Serialization;

namespace Gantry.Api.Host;

/// <summary>Answer of <c>POST /gantry/check</c>: what of the data root was looked at, and what is wrong with it. Ours,
/// not Docker's.</summary>
public sealed class StoreReport
{
    public int Images { get; set; }
    public int Containers { get; set; }
    public int Layers { get; set; }
    public int Blobs { get; set; }
    /// <summary>Read and compared.</summary>
    public long Bytes { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<StoreProblem> Problems { get; set => field = value ?? []; } = [];
}

public sealed class StoreProblem
{
    /// <summary><c>blob</c>, <c>image</c>, <c>name</c>, <c>record</c>, <c>layer</c>, <c>container</c>,
    /// <c>snapshot</c>, <c>partial</c>.</summary>
    public string Kind { get; set => field = value ?? ""; } = "";
    public string Name { get; set => field = value ?? ""; } = "";
    public string What { get; set => field = value ?? ""; } = "";
    /// <summary>What a repair does about it, or did.</summary>
    public string Remedy { get; set => field = value ?? ""; } = "";
    public bool Repaired { get; set; }
}
