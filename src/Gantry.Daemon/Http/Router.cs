namespace Gantry.Daemon.Http;

/// <summary>Answers one request. Throw <see cref="GantryException"/> for an error: it becomes the right status and
/// <c>{"message":"…"}</c>.</summary>
public delegate Task Handler(RequestContext context);

/// <summary>Finds the handler for a method and a path (without the version prefix, which is taken off before).</summary>
/// <remarks>
/// One class per resource is given what it works on, registers its routes, and has one handler for each:
/// <code>
/// internal sealed class VolumeRoutes(VolumeStore volumes)
/// {
///     public void Map(Router router)
///     {
///         router.Get("/volumes", List);
///         router.Get("/volumes/{name}", Inspect);
///         router.Delete("/volumes/{name}", Remove);
///     }
///
///     private Task Inspect(RequestContext context) =>
///         context.WriteJsonAsync(Wire(volumes.Find(context["name"])), ApiJson.Default.Volume);
///
///     private async Task Remove(RequestContext context)
///     {
///         await volumes.RemoveAsync(context["name"], context.Query.Bool("force"));
///         context.NoContent();
///     }
/// }
/// </code>
/// <c>{x}</c> stands for one part of the path, <c>{x...}</c> for one or more,
/// so that names with slashes work: <c>/images/{name...}/json</c>. A literal part goes before a placeholder;
/// between equals the first registered wins.
/// </remarks>
public sealed class Router
{
    private readonly Dictionary<(string Method, string Head), List<Route>> _routes = [];

    public void Get(string template, Handler handler) => Add("GET", template, handler);
    public void Head(string template, Handler handler) => Add("HEAD", template, handler);
    public void Post(string template, Handler handler) => Add("POST", template, handler);
    public void Put(string template, Handler handler) => Add("PUT", template, handler);
    public void Delete(string template, Handler handler) => Add("DELETE", template, handler);

    public void Add(string method, string template, Handler handler)
    {
        Route route = new(method, template, handler);
        if (!_routes.TryGetValue((method, route.Head), out List<Route>? group)) _routes[(method, route.Head)] = group = [];
        int at = group.FindIndex(other => other.Placeholders > route.Placeholders);
        group.Insert(at < 0 ? group.Count : at, route);
    }

    /// <param name="parts">The decoded path, split at slashes.</param>
    /// <returns>The handler's route and what stood in the place of its placeholders; null when there is none.</returns>
    public (Route Route, IReadOnlyDictionary<string, string> Values)? Find(string method, ReadOnlySpan<string> parts)
    {
        if (parts.Length == 0 || !_routes.TryGetValue((method, parts[0]), out List<Route>? group)) return null;
        foreach (Route route in group)
        {
            Dictionary<string, string> values = [];
            if (route.Matches(parts, values)) return (route, values);
        }
        return null;
    }
}
