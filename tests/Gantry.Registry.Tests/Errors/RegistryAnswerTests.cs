using System.Net;
using Gantry.Registry.Errors;

namespace Gantry.Registry.Tests.Errors;

public sealed class RegistryAnswerTests
{
    [Theory]
    [InlineData(401, null, Refusal.LoginRequired)]
    [InlineData(401, "UNAUTHORIZED", Refusal.LoginRequired)]
    [InlineData(404, "UNAUTHORIZED", Refusal.LoginRequired)]
    [InlineData(401, "DENIED", Refusal.Denied)]
    [InlineData(403, "DENIED", Refusal.Denied)]
    [InlineData(404, "NAME_UNKNOWN", Refusal.RepositoryUnknown)]
    [InlineData(404, "MANIFEST_UNKNOWN", Refusal.NotFound)]
    [InlineData(404, null, Refusal.NotFound)]
    [InlineData(401, "TOOMANYREQUESTS", Refusal.Other)]
    [InlineData(403, null, Refusal.Other)]
    [InlineData(429, null, Refusal.Other)]
    [InlineData(503, null, Refusal.Other)]
    public async Task TheCodeSaysMoreThanTheStatus(int status, string? code, Refusal expected)
    {
        using HttpResponseMessage response = new((HttpStatusCode)status)
            { Content = new StringContent(code is null ? "" : $$"""{"errors":[{"code":"{{code}}","message":"no"}]}""") };
        GantryException refused = await RegistryError.ReadAsync(response, "look", TestContext.Current.CancellationToken);
        Assert.Equal(expected, Assert.IsType<RegistryAnswerException>(refused.InnerException).Refusal);
    }
}
