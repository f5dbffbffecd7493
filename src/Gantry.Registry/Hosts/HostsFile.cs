using Gantry.Registry.Hosts.Toml;

namespace Gantry.Registry.Hosts;

/// <summary><c>hosts.toml</c> as containerd reads it: where a registry's content comes from, in which order,
/// and with which trust.</summary>
/// <remarks>Found in <c>certs.d/&lt;host[:port]&gt;</c>, else in <c>certs.d/_default</c>. Read anew for each operation.</remarks>
internal sealed class HostsFile
{
    private static readonly string[] Capabilities = ["pull", "resolve", "push"];
    private static readonly string[] HostKeys = ["capabilities", "ca", "client", "skip_verify", "override_path", "header", "dial_timeout"];

    private readonly string _path, _domain;
    private readonly Uri _server;
    private readonly List<(RegistryHost Host, IReadOnlyList<string> Capabilities)> _hosts = [];

    private HostsFile(string path, string domain, Uri server)
    {
        (_path, _domain, _server) = (path, domain, server);
        TomlTable root = TomlReader.Read(File.ReadAllText(path), path);
        if (root.TryGetValue("server", out object? text) && Text("server", text) is { Length: > 0 } named) _server = Address(named);
        if (root.TryGetValue("host", out object? hosts))
            foreach ((string address, object entry) in Table("host", hosts)) Add(Address(address), Table(address, entry), isMirror: true);
        // What stands outside of any host is about the registry itself, which comes last.
        root.Remove("server");
        root.Remove("host");
        Add(_server, root, isMirror: false);
    }

    /// <param name="capability"><c>pull</c>: asked for what is named by digest; <c>resolve</c>:
    /// believed what a tag means; <c>push</c>.</param>
    public IReadOnlyList<RegistryHost> For(string capability) =>
        [.. _hosts.Where(entry => entry.Capabilities.Contains(capability)).Select(entry => entry.Host)];

    /// <param name="server">The registry where the file names none.</param>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="GantryException">Invalid, with file and line.</exception>
    public static HostsFile? Find(string directory, string domain, Uri server)
    {
        // containerd's own spelling for file systems without colons comes first there too.
        foreach (string name in (IEnumerable<string>)[domain.Replace(':', '_') + (domain.Contains(':') ? "_" : ""), domain, "_default"])
        {
            string path = Path.Combine(directory, name, "hosts.toml");
            if (File.Exists(path)) return new HostsFile(path, domain, server);
        }
        return null;
    }

    private void Add(Uri address, TomlTable settings, bool isMirror)
    {
        foreach (string key in settings.Keys)
            if (!HostKeys.Contains(key)) throw Wrong($"\"{key}\" is no setting of a host");
        IReadOnlyList<string> capabilities = settings.ContainsKey("capabilities") ? [.. Texts("capabilities", settings)] : Capabilities;
        if (capabilities.FirstOrDefault(one => !Capabilities.Contains(one)) is { } unknown)
            throw Wrong($"\"{unknown}\" is no capability; there are {string.Join(", ", Capabilities)}");
        bool isRegistry = address.Authority == new Uri($"https://{_domain}/").Authority;
        // The registry under another name of the same host is no mirror: who the user is there, he is here.
        isMirror &= !isRegistry && address.Authority != _server.Authority;
        RegistryHost host = new(address, Switch("skip_verify", settings), isMirror)
        {
            WrittenAs = isRegistry ? _domain : null,
            DialTimeout = DialTimeout(settings),
            OverridesPath = Switch("override_path", settings),
            Namespace = isMirror ? _domain : null,
            Authorities = [.. Texts("ca", settings).Select(Full)],
            ClientCertificates = Certificates(settings),
            Headers = Headers(settings),
        };
        _hosts.Add((host, capabilities));
    }

    /// <summary>One file with certificate and key, or several, or pairs of files.</summary>
    private List<(string, string)> Certificates(TomlTable settings)
    {
        if (!settings.TryGetValue("client", out object? value)) return [];
        List<object> items = value as List<object> ?? [value];
        return [.. items.Select(item => item switch
        {
            List<object> pair when pair.Count == 2 =>
                (Full(Text("client", pair[0])), Full(Text("client", pair[1]) is { Length: > 0 } key ? key : Text("client", pair[0]))),
            _ => (Full(Text("client", item)), Full(Text("client", item))),
        })];
    }

    private List<(string, string)> Headers(TomlTable settings)
    {
        if (!settings.TryGetValue("header", out object? value)) return [];
        TomlTable table = Table("header", value);
        return [.. table.Keys.SelectMany(name => Texts(name, table).Select(text => (name, text)))];
    }

    private TimeSpan? DialTimeout(TomlTable settings)
    {
        if (!settings.TryGetValue("dial_timeout", out object? value)) return null;
        string text = Text("dial_timeout", value);
        if (!Duration.TryParse(text, out TimeSpan timeout) || timeout < TimeSpan.Zero || timeout > TimeSpan.FromDays(1))
            throw Wrong($"dial_timeout \"{text}\" is no duration such as \"3s\"");
        return timeout == TimeSpan.Zero ? null : timeout;
    }

    private IEnumerable<string> Texts(string key, TomlTable settings) =>
        !settings.TryGetValue(key, out object? value) ? []
            : value is List<object> items ? items.Select(item => Text(key, item)) : [Text(key, value)];

    private bool Switch(string key, TomlTable settings) =>
        settings.TryGetValue(key, out object? value) && (value as bool? ?? throw Wrong($"{key} is neither true nor false"));

    private string Text(string key, object value) => value as string ?? throw Wrong($"{key} is no string");

    private TomlTable Table(string key, object value) => value as TomlTable ?? throw Wrong($"{key} is no table");

    private string Full(string file) => Path.Combine(Path.GetDirectoryName(_path)!, file);

    private Uri Address(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out Uri? address)
            && address.Scheme is "http" or "https"
            ? address : throw Wrong($"\"{text}\" is no http or https address");

    private GantryException Wrong(string what) => GantryException.Invalid($"{_path}: {what}");
}
