using Gantry.Api.Images;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Registry;

/// <summary><c>gantry login</c>.</summary>
internal sealed class RegistryLogin : Command
{
    private readonly ValueFlag<string> _user, _password;
    private readonly BoolFlag _fromStdin;

    public RegistryLogin()
    {
        _user = Flags.Text("username", 'u', "User name");
        _password = Flags.Text("password", 'p', "Password or token");
        _fromStdin = Flags.Switch("password-stdin", null, "Take the password from standard input");
    }

    public override string Syntax => "[OPTIONS] [SERVER]";

    public override OperandCount Operands => OperandCount.AtMost(1);

    public override int Run(Invocation invocation)
    {
        if (_password.Value.Length > 0 && _fromStdin) throw new CliException("--password and --password-stdin are mutually exclusive");
        if (_fromStdin && _user.Value.Length == 0) throw new CliException("Must provide --username with --password-stdin");
        string server = invocation.Operands.Count > 0 ? RegistryServer.OfAddress(invocation.Operands[0]) : RegistryServer.Central;
        AuthConfig auth = Credentials(invocation, server);
        AuthResult result = invocation.Client.Images.Login(auth);
        if (result.IdentityToken.Length > 0) auth = new AuthConfig { IdentityToken = result.IdentityToken, ServerAddress = server };
        if (Login.Keep(server, auth) is { } file)
            invocation.Error.Write($"\nWARNING! Your credentials are stored unencrypted in '{file}'.\nConfigure a credential helper "
                + $"(credsStore in that file) to have them kept safely.\n\n");
        invocation.Out.Write($"{result.Status}\n");
        return 0;
    }

    private AuthConfig Credentials(Invocation invocation, string server)
    {
        if (_password.Value.Length > 0)
        {
            invocation.Error.Write("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
            return new AuthConfig { Username = _user.Value, Password = _password.Value, ServerAddress = server };
        }
        if (_fromStdin)
            return new AuthConfig { Username = _user.Value,
                Password = new StreamReader(StandardStreams.RawIn).ReadToEnd().TrimEnd('\n').TrimEnd('\r'), ServerAddress = server };
        // What is kept already may still be good.
        if (_user.Value.Length == 0 && Login.Find(server) is { } known) return known;
        if (!TerminalSize.IsTerminal(0)) throw new CliException("Error: Cannot perform an interactive login from a non TTY device");
        string name = _user.Value;
        if (name.Length == 0)
        {
            invocation.Out.Write("Username: ");
            invocation.Out.Flush();
            name = SecretInput.ReadLine();
        }
        invocation.Out.Write("Password: ");
        invocation.Out.Flush();
        string secret = SecretInput.ReadHidden();
        invocation.Out.Write("\n");
        return new AuthConfig { Username = name, Password = secret, ServerAddress = server };
    }
}
