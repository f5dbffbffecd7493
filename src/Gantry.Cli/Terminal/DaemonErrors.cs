using Gantry.Api.Client;

namespace Gantry.Cli.Terminal;

/// <summary>For requests that only make something nicer.</summary>
internal static class DaemonErrors
{
    public static bool IgnoringDaemonErrors(this Action request)
    {
        try
        {
            request();
            return true;
        }
        catch (Exception e) when (e is ApiException or ApiConnectionException)
        {
            return false;
        }
    }
}
