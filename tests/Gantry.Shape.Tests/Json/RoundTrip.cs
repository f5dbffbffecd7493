namespace Gantry.Shape.Json;

/// <summary>A type whose JSON is made or read by hand, and how an object of it is written and read again.</summary>
/// <param name="By">The types that do so.</param>
internal sealed record RoundTrip(Type Type, IReadOnlyList<string> By, Func<(object Before, IReadOnlyList<object> After)> Run)
{
    /// <param name="by">Their names, with blanks between.</param>
    /// <param name="ways">Several where one direction carries a part and the other one the rest.</param>
    public static RoundTrip Of<T>(string by, params Func<T, T>[] ways) where T : class => new(typeof(T), by.Split(' '), () =>
    {
        T before = Filled.Of<T>();
        return (before, [.. ways.Select(way => (object)way(before))]);
    });
}
