using System.Text.RegularExpressions;
using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>The contexts of one build: its own, and those that it was given under names.</summary>
internal sealed partial class BuildContexts : IDisposable
{
    private const string Local = "local:", Image = "docker-image://";

    private readonly List<ContextDirectory> _fetched = [];

    private BuildContexts(ContextDirectory own, ContextTrees trees) => (Own, Trees) = (own, trees);

    public ContextDirectory Own { get; }

    public ContextTrees Trees { get; }

    /// <summary>What the query says of further contexts.</summary>
    /// <returns>Images by name, and the names of those with files.</returns>
    /// <exception cref="GantryException">Invalid: one has no name, or a place that no client makes.</exception>
    public static (Dictionary<string, string> Images, List<string> Trees) Read(IReadOnlyDictionary<string, string> contexts)
    {
        Dictionary<string, string> images = [];
        List<string> trees = [];
        foreach ((string name, string value) in contexts)
        {
            if (name.Length == 0) throw GantryException.Invalid("a build context has no name");
            if (value.StartsWith(Image, StringComparison.Ordinal)) images.Add(name, value[Image.Length..]);
            else if (value.StartsWith(Local, StringComparison.Ordinal) && !Place().IsMatch(value[Local.Length..]))
                throw GantryException.Invalid($"build context {name} has a place that no client makes: {value}");
            else trees.Add(name);
        }
        return (images, trees);
    }

    public static async Task<BuildContexts> ReceiveAsync(RequestContext context, BuildQuery query, Builder builder,
        RegistrySettings settings, CancellationToken cancellation)
    {
        Dictionary<string, string> apart = query.Contexts.Values.Where(value => value.StartsWith(Local, StringComparison.Ordinal))
            .Distinct().ToDictionary(value => value[Local.Length..], _ => builder.NewDirectory());
        if (apart.Count > 0 && query.Remote.Length > 0)
            throw GantryException.Invalid("a context that comes along needs the build's own to come too");
        ContextDirectory own = query.Remote.Length > 0
            ? await RemoteContext.ReceiveAsync(query.Remote, query.Dockerfile, query, builder, settings, cancellation)
            : ContextDirectory.Receive(context.Body, builder.NewDirectory(), query.Dockerfile, cancellation, apart: apart);
        Dictionary<string, ISourceTree> named = new(StringComparer.Ordinal);
        BuildContexts all = new(own, new ContextTrees(own, named));
        try
        {
            foreach (string name in query.Options.ContextTrees)
            {
                string value = query.Contexts[name];
                if (value.StartsWith(Local, StringComparison.Ordinal)) named.Add(name, own.Apart[value[Local.Length..]]);
                else named.Add(name, await all.FetchAsync(value, query, builder, settings, cancellation));
            }
            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    private async Task<ContextDirectory> FetchAsync(string address, BuildQuery query, Builder builder, RegistrySettings settings,
        CancellationToken cancellation)
    {
        ContextDirectory files = await RemoteContext.ReceiveAsync(address, null, query, builder, settings, cancellation);
        _fetched.Add(files);
        return files;
    }

    public void Dispose()
    {
        foreach (ContextDirectory files in _fetched) files.Dispose();
        Own.Dispose();
    }

    [GeneratedRegex(@"^\.contexts-[0-9a-f]{16}/[0-9]{1,4}\z")]
    private static partial Regex Place();
}
