using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>When a container is started again.</summary>
internal static class RestartCheck
{
    public static void Run(RestartPolicy policy)
    {
        switch (policy.Name)
        {
            // From before API 1.24; a count without a name never meant anything.
            case "": policy.MaximumRetryCount = 0; return;
            case "on-failure" when policy.MaximumRetryCount >= 0: return;
            case "on-failure": throw GantryException.Invalid("invalid restart policy: maximum retry count cannot be negative");
            case "no" or "always" or "unless-stopped" when policy.MaximumRetryCount == 0: return;
            case "no" or "always" or "unless-stopped":
                throw GantryException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'"
                    + (policy.MaximumRetryCount < 0 ? " and cannot be negative" : ""));
            default:
                throw GantryException.Invalid($"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', "
                    + $"'on-failure', or 'unless-stopped'");
        }
    }
}
