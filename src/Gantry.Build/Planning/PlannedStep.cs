using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>One instruction of a stage that is built.</summary>
/// <param name="Title">As it is written, or as a trigger of the image below has it.</param>
/// <param name="Vertex">What it comes to; null for an ARG in front of all stages.</param>
/// <param name="Config">The configuration from here on.</param>
/// <param name="CreatedBy">For the history; null for FROM, which has what its image has.</param>
public sealed record PlannedStep(string Title, Vertex? Vertex, ImageConfig Config, string? CreatedBy)
{
    /// <summary>In <see cref="CreatedBy"/> the place of what is copied, which is known when it is.</summary>
    internal const string Copied = "\0";

    /// <summary>The title with the values of its variables.</summary>
    public string Shown { get; init; } = Title;

    /// <summary>It comes from the image below, which has said so by ONBUILD.</summary>
    public bool IsTrigger { get; init; }

    /// <summary>For people, behind the title; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Another step could have the same <see cref="CreatedBy"/>, and give something else.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>The words of a history.</summary>
    /// <param name="createdBy">As <see cref="CreatedBy"/> has them.</param>
    /// <param name="copied">What is copied; null for a step that copies nothing.</param>
    public static string Words(string createdBy, string? copied) => createdBy.Replace(Copied, copied, StringComparison.Ordinal);

    /// <summary>MAINTAINER alone says it.</summary>
    public string? Author { get; init; }
}
