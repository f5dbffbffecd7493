namespace Gantry;

/// <summary>Something in the data root that is not what was kept there. Nothing that it may have named is removed meanwhile; the log,
/// <c>info</c> and <c>system check</c> tell of it.</summary>
/// <param name="Kind"><c>container</c>, <c>image</c>, <c>layer</c>, <c>name</c> or <c>names</c> (of images), <c>record</c> (of an image,
/// whose name is not known), <c>network</c>, <c>volume</c>, <c>engine</c>,
/// <c>root</c> (of an owner in the stores), <c>lease</c>.</param>
/// <param name="What">What is wrong, as the end of a sentence that begins with kind and name.</param>
/// <param name="Remedy">What <see cref="Repair"/> does; where there is none, what somebody can do.</param>
/// <param name="Repair">Throws with the reason when it cannot.</param>
public sealed record Damage(string Kind, string Name, string What, string Remedy, Action? Repair = null)
{
    public override string ToString() => $"{Kind} {Name} {What}";
}
