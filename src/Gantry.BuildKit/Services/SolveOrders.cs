using System.Text;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.BuildKit.Solving;

namespace Gantry.BuildKit.Services;

/// <summary>Reads what a client asks of a build: what cannot be done is refused before anything begins.</summary>
internal static class SolveOrders
{
    /// <summary>Characters of a build's name, and exporters: no client comes near them.</summary>
    private const int LongestName = 256, MostExports = 20;

    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public static void Check(SolveRequest request)
    {
        if (request.Ref.Length is 0 or > LongestName) throw GantryException.Invalid("a build needs a name");
        if (request.Session.Length == 0) throw GantryException.Invalid("a build needs a session");
        RequireOne(request.Frontend, request.Definition);
        if (!request.SourcePolicy.IsEmpty) throw GantryException.Unsupported("source policies of a build are not supported");
        if (request.EnableSessionExporter) throw GantryException.Unsupported("exporters that the session chooses are not supported");
        foreach (string entitlement in request.Entitlements)
            if (entitlement != "network.host") throw GantryException.Unsupported($"the entitlement {entitlement} is not granted here");
    }

    /// <summary>A front end is what plans; a graph is planned already.</summary>
    /// <exception cref="GantryException">Invalid: both are given.</exception>
    public static void RequireOne(string frontend, Definition? graph)
    {
        if (frontend.Length > 0 && !SourceGraph.IsEmpty(graph))
            throw GantryException.Invalid($"invalid definition for frontend {frontend}");
    }

    /// <summary>Newer clients name several, and the first of them a second time, for older builders.</summary>
    public static IReadOnlyList<ExportOrder> Exports(SolveRequest request)
    {
        if (request.Exporters.Count > MostExports) throw GantryException.Invalid($"a build has more than {MostExports} outputs");
        if (request.Exporters.Count > 0)
            return [.. request.Exporters.Select((one, index) => Export(index, one.Type, new Dictionary<string, string>(one.Attrs)))];
        return request.ExporterDeprecated.Length == 0 ? []
            : [Export(0, request.ExporterDeprecated, new Dictionary<string, string>(request.ExporterAttrsDeprecated))];
    }

    private static ExportOrder Export(int index, string type, Dictionary<string, string> attributes)
    {
        attributes.Remove("containerimage.config", out string? configuration);
        return new ExportOrder(index, type, attributes)
        {
            Configuration = string.IsNullOrEmpty(configuration) ? null : Encoding.UTF8.GetBytes(configuration),
        };
    }

    public static IReadOnlyList<CacheOrder> CacheExports(CacheOptions? cache)
    {
        if (cache is null) return [];
        IEnumerable<CacheOrder> named = cache.Exports.Select(one => new CacheOrder(one.Type, new Dictionary<string, string>(one.Attrs)));
        return cache.ExportRefDeprecated.Length == 0 ? [.. named] : [.. named, new CacheOrder("registry",
            new Dictionary<string, string>(cache.ExportAttrsDeprecated) { ["ref"] = cache.ExportRefDeprecated })];
    }

    public static IReadOnlyList<CacheOrder> CacheImports(CacheOptions? cache) => cache is null ? [] :
    [
        .. cache.Imports.Select(one => new CacheOrder(one.Type, new Dictionary<string, string>(one.Attrs))),
        .. cache.ImportRefsDeprecated.Select(name => new CacheOrder("registry", new Dictionary<string, string> { ["ref"] = name })),
    ];
}
