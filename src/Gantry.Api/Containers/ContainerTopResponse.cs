namespace Gantry.Api.Containers;

/// <summary>The columns of ps and one row per process.</summary>
public sealed class ContainerTopResponse
{
    public List<List<string>> Processes { get; set => field = value ?? []; } = [];
    public List<string> Titles { get; set => field = value ?? []; } = [];
}
