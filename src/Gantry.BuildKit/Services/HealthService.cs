using Gantry.BuildKit.Protocol.HealthApi;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>Says that somebody is there.</summary>
internal sealed class HealthService : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Task.FromResult(new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving });
}
