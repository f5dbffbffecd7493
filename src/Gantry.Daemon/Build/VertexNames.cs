using System.Globalization;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>What the steps of a build are called where it is told as a graph: <c>[builder 2/5] RUN make</c>. Those that change no file are
/// no steps there.</summary>
internal sealed class VertexNames
{
    private readonly Dictionary<Vertex, (string Digest, string Name)> _names = new(ReferenceEqualityComparer.Instance);

    /// <param name="platform">Of which of several builds; empty for the only one.</param>
    public void Add(BuildPlan plan, string platform = "")
    {
        foreach (PlannedStage stage in plan.Stages)
        {
            // A stage that begins from another one begins with that one's last step, and to begin from nothing is no step.
            Vertex[] steps = [.. stage.Steps.Select(step => step.Vertex!).Where((vertex, i) => vertex is not NoteVertex
                && !(i == 0 && (stage.Parent is not null || stage.Base is null)))];
            string prefix = plan.Stages.Count == 1 ? "" : (stage.Stage.Name ?? $"stage-{Number(stage.Stage.Index)}") + " ";
            if (platform.Length > 0) prefix = $"{platform} {prefix}";
            for (int i = 0; i < steps.Length; i++)
            {
                string name = $"[{prefix}{Number(i + 1)}/{Number(steps.Length)}] {steps[i].Title}";
                if (_names.TryAdd(steps[i], (DigestOf($"{Number(stage.Stage.Index)}\n{name}"), name))) Order.Add(steps[i]);
            }
        }
    }

    /// <summary>In the order of the file.</summary>
    public List<Vertex> Order { get; } = [];

    /// <returns>Null for one that is not told.</returns>
    public (string Digest, string Name)? Of(Vertex vertex) =>
        _names.TryGetValue(vertex, out (string Digest, string Name) known) ? known : null;

    /// <summary>The steps that come right before one; what is not told is looked through.</summary>
    public List<string> InputsOf(Vertex vertex)
    {
        List<string> inputs = [];
        foreach (Vertex input in vertex.Inputs)
        {
            Vertex? at = input;
            while (at is not null && Of(at) is null) at = at.Below;
            if (at is not null && !inputs.Contains(Of(at)!.Value.Digest)) inputs.Add(Of(at)!.Value.Digest);
        }
        return inputs;
    }

    public static string DigestOf(string text) => Digest.Of(ByteText.Bytes(text));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
