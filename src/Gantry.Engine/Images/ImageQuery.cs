using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Which images are meant: those that pass every condition that is set.</summary>
public sealed record ImageQuery
{
    /// <summary>Without a name, or with one.</summary>
    public bool? Dangling { get; init; }

    public Func<IReadOnlyDictionary<string, string>?, bool>? Labels { get; init; }

    /// <summary>Created before this.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Names or identifiers of images, all of which are newer.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Names or identifiers of images, all of which are older.</summary>
    public IReadOnlyList<string> Since { get; init; } = [];

    /// <summary>Patterns, one of which fits a name: <see cref="ReferencePattern"/>.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    internal bool FitsByItself(Image image) =>
        (Until is null || image.Created < Until) && (Labels is null || Labels(image.Config.Config?.Labels));

    internal bool Fits(Reference name) => References.Count == 0 || References.Any(pattern => ReferencePattern.Matches(pattern, name));
}
