using Gantry.Api.Builds;

namespace Gantry.Daemon.Build;

/// <summary>Annotations as attributes of an output have them: <c>annotation.KEY</c>, <c>annotation-PLACE.KEY</c>, and with
/// <c>[PLATFORM]</c> in front of the dot those of one platform's image.</summary>
internal sealed class AttributeAnnotations
{
    private const string Prefix = "annotation";

    private readonly List<BuildAnnotation> _all = [];

    /// <exception cref="GantryException">Invalid: a place that there is not, no name, or a platform that is none.</exception>
    public PlacedAnnotations All
    {
        get
        {
            PlacedAnnotations all = new(new Dictionary<string, string>(), _all);
            all.Check();
            return all;
        }
    }

    /// <returns>Whether it is one.</returns>
    public bool Add(string name, string value)
    {
        // A platform may have dots.
        int bracket = name.IndexOf('['), dot = name.IndexOf('.');
        int end = bracket >= 0 && bracket < dot ? name.IndexOf("].", StringComparison.Ordinal) : -1;
        string place = name[..Math.Max(0, end > 0 ? bracket : dot)];
        if (place != Prefix && !place.StartsWith(Prefix + "-", StringComparison.Ordinal)) return false;
        _all.Add(new BuildAnnotation
        {
            Place = place == Prefix ? PlacedAnnotations.Manifest : place[(Prefix.Length + 1)..],
            Platform = end > 0 ? name[(bracket + 1)..end] : "", Key = name[(end > 0 ? end + 2 : dot + 1)..], Value = value,
        });
        return true;
    }
}
