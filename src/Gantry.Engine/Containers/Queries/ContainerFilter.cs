using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Api.Containers;
using Gantry.Engine.Images;

namespace Gantry.Engine.Containers.Queries;

/// <summary>The filters of <c>ps</c>: within a key any value matches (labels: all), between keys all must.</summary>
internal sealed class ContainerFilter
{
    private static readonly HashSet<string> Keys =
    [
        "ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name", "network", "publish", "since",
        "status", "volume",
    ];

    private static readonly string[] States = ["created", "restarting", "running", "removing", "paused", "exited", "dead"];

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _wanted;
    private readonly HashSet<string> _ancestors = [];
    private readonly DateTimeOffset? _before, _since;

    public ContainerFilter(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, ContainerStore store, ImageStore images)
    {
        _wanted = filters;
        foreach ((string key, IReadOnlyList<string> values) in filters)
        {
            if (!Keys.Contains(key)) throw GantryException.Invalid($"invalid filter '{key}'");
            foreach (string value in values) Check(key, value);
        }
        foreach (string reference in Values("ancestor")) _ancestors.UnionWith(Family(images, reference));
        foreach (string reference in Values("before")) _before = Earlier(_before, store.Find(reference).Record.Created);
        foreach (string reference in Values("since")) _since = Later(_since, store.Find(reference).Record.Created);
    }

    /// <summary>Asking for a status or an exit code means all containers, not the running ones alone.</summary>
    public bool AsksForStatus => _wanted.ContainsKey("status") || _wanted.ContainsKey("exited");

    public bool Matches(ContainerRecord container, HostConfig host) =>
        Any("id", value => container.Id.StartsWith(value, StringComparison.Ordinal))
        && Any("name", value => MatchesName(container.Name, value))
        && Any("status", value => container.Status.Name == value)
        && Any("exited", value => container.Status is { Running: false } status && status.Name != "created"
        && status.ExitCode == int.Parse(value, CultureInfo.InvariantCulture))
        && (!_wanted.ContainsKey("ancestor") || _ancestors.Contains(container.Image))
        && (_before is null || container.Created < _before)
        && (_since is null || container.Created > _since)
        && Values("label").All(value => LabelPattern.Matches(value, container.Config.Labels))
        && Any("volume", value =>
        container.Mounts.Any(mount => mount.Name == value || mount.Destination == value || mount.Source == value))
        && Any("network", value => container.Networks.ContainsKey(value)
        || container.Endpoints.Any(endpoint => endpoint.NetworkId.StartsWith(value, StringComparison.Ordinal)))
        && Any("publish", value => container.Endpoints.SelectMany(endpoint => endpoint.Ports)
        .Any(port => InRange(value, port.HostPort, port.Protocol)))
        && Any("expose", value => MatchesExposed(container, host, value))
        && Any("health", value => value == "none")
        && Any("is-task", value => value is "false" or "0")
        && Any("isolation", value => value is "" or "default");

    private IReadOnlyList<string> Values(string key) => _wanted.GetValueOrDefault(key) ?? [];

    private bool Any(string key, Func<string, bool> matches) =>
        !_wanted.TryGetValue(key, out IReadOnlyList<string>? values) || values.Count == 0 || values.Any(matches);

    private static void Check(string key, string value)
    {
        if (key == "status" && !States.Contains(value)) throw GantryException.Invalid($"invalid filter 'status={value}'");
        if (key == "exited" && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            throw GantryException.Invalid($"invalid filter 'exited={value}'");
    }

    /// <summary>A pattern, as clients send it: <c>web</c> finds <c>my-web-1</c>, <c>^/?web$</c> only that.</summary>
    private static bool MatchesName(string name, string pattern)
    {
        if (pattern == name || pattern == "/" + name) return true;
        try
        {
            RegexOptions safe = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
            return Regex.IsMatch("/" + name, pattern, safe) || Regex.IsMatch(name, pattern, safe);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw GantryException.Invalid($"invalid filter 'name={pattern}': {e.Message}");
        }
    }

    private static bool MatchesExposed(ContainerRecord container, HostConfig host, string value) => PortList.Exposed(container.Config)
        .Concat(host.PortBindings.Keys.Select(PortList.ParseKey)).Any(port => InRange(value, port.Port, port.Protocol));

    private static bool InRange(string range, ushort port, string protocol)
    {
        string[] parts = range.Split('/');
        if (parts.Length > 1 && parts[1] != protocol) return false;
        string[] ends = parts[0].Split('-');
        return ushort.TryParse(ends[0], out ushort first) && ushort.TryParse(ends[^1], out ushort last) && port >= first && port <= last;
    }

    /// <summary>The image and all that were built on top of it.</summary>
    private static IEnumerable<string> Family(ImageStore images, string reference)
    {
        if (images.TryResolve(reference) is not { } ancestor) return [];
        IReadOnlyList<string> layers = ancestor.DiffIds;
        return images.All.Where(image => image.Id == ancestor.Id
            || (layers.Count > 0 && image.DiffIds.Take(layers.Count).SequenceEqual(layers))).Select(image => image.Id);
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is null || other < one ? other : one.Value;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one is null || other > one ? other : one.Value;
}
