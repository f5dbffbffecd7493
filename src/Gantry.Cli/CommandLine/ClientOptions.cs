using Gantry.Api.Client;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>The options that stand before the command, and the environment variables with the same meaning.</summary>
internal sealed class ClientOptions
{
    public FlagSet Flags { get; } = new();
    private readonly ListFlag<string> _hosts;
    private readonly BoolFlag _tls, _tlsVerify;
    private readonly ValueFlag<string> _context, _configuration;
    public BoolFlag ShowVersion { get; }
    public BoolFlag Debug { get; }

    public ClientOptions()
    {
        _hosts = Flags.List("host", 'H', "Address of the daemon");
        Debug = Flags.Switch("debug", 'D', "Show more of what goes on");
        ShowVersion = Flags.Switch("version", 'v', "Print the version and end");
        Flags.Text("log-level", 'l', "Least severity of messages to show (debug, info, warn, error, fatal)", "info");
        _configuration = Flags.Text("config", null, "Directory of the client's own configuration (default ~/.docker)");
        _context = Flags.Text("context", 'c', "Context to use; only \"default\" exists");
        _tls = Flags.Switch("tls", null, "Use TLS");
        _tlsVerify = Flags.Switch("tlsverify", null, "Use TLS and check the daemon's certificate");
        Flags.Text("tlscacert", null, "Certificate authority to trust");
        Flags.Text("tlscert", null, "TLS certificate of the client");
        Flags.Text("tlskey", null, "TLS key of the client");
    }

    /// <summary>The address: <c>-H</c>, then GANTRY_HOST, then DOCKER_HOST, then the default.</summary>
    public DaemonAddress Address
    {
        get
        {
            if (_hosts.Values.Count > 1) throw new CliException("specify only one -H");
            string text = _hosts.Values.Count == 1 ? _hosts.Values[0]
                : Variable("GANTRY_HOST") ?? Variable("DOCKER_HOST") ?? DaemonAddress.Default;
            try
            {
                return DaemonAddress.Parse(text);
            }
            catch (FormatException e)
            {
                throw new CliException(e.Message);
            }
        }
    }

    /// <summary>Puts the directory where credential helpers look for it too.</summary>
    public void SetConfiguration()
    {
        if (_configuration.Value.Length > 0) Environment.SetEnvironmentVariable("DOCKER_CONFIG", Path.GetFullPath(_configuration.Value));
    }

    public ApiClient OpenClient()
    {
        if (_tls || _tlsVerify || Variable("DOCKER_TLS_VERIFY") is not null)
            throw new CliException("TLS to the daemon is not supported by this version; use unix:// or a tunnel");
        if (_context.Value is not ("" or "default")) throw new CliException($"context \"{_context.Value}\": context not found");
        return new ApiClient(Address, Variable("DOCKER_API_VERSION")?.TrimStart('v'));
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
