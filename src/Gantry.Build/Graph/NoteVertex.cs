namespace Gantry.Build.Graph;

/// <summary>A step that changes no file: what it says is a part of the image's configuration.</summary>
public class NoteVertex : Vertex
{
    /// <summary>What it comes to, with the values of all variables.</summary>
    public required string Meaning { get; init; }
}
