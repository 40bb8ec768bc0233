using Ganglion.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ganglion.AspNetCore.Requests;

/// <summary>Runs a handler, and turns whatever it throws into problem details.</summary>
internal sealed partial class ApiBoundary(Api api, ApiHandler handler)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            BrowserGuard.Check(context, api.Options);
            await handler(new ApiRequest(api, context)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Describe(exception, context)).ConfigureAwait(false);
        }
    }

    /// <summary>What is to be told of an exception: everything that was thrown on purpose, nothing of what was not.</summary>
    private GanglionException Describe(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case GanglionException expected:
                return expected;

            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiRequest.BodyTooLarge(api.Options.MaxBodyBytes);

            case BadHttpRequestException malformed:
                return new ApiException("request-malformed", malformed.Message);

            default:
                LogFailed(api.Logger, context.Request.Method, context.Request.Path, exception);
                return new ApiException("internal-error", "The request failed unexpectedly; the host's log tells why.");
        }
    }

    private static Task WriteAsync(HttpContext context, GanglionException exception)
    {
        Problem problem = Problem.Of(exception) with { Instance = context.Request.Path };
        context.Response.StatusCode = problem.Status;
        return JsonAnswer.WriteAsync(context, problem, ApiJson.Wire.Problem, Problem.MediaType);
    }

    [LoggerMessage(5001, LogLevel.Error, "{Method} {Path} failed unexpectedly.")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception exception);
}
