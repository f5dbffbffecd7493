namespace Gantry.Build.Graph;

/// <summary>A tree that is made of layers which others have: it may be known without anything being made.</summary>
public abstract class LayersVertex : Vertex
{
    /// <param name="inputs">What <see cref="Vertex.Inputs"/> gave, in their order.</param>
    /// <returns>Null where it has to be made.</returns>
    public abstract BuiltTree? Of(IReadOnlyList<BuiltTree> inputs);
}
