namespace Ganglion.AspNetCore.Requests;

/// <summary>A request cannot be served as it was sent. The code decides the status, see <see cref="Problems.ProblemStatus"/>.</summary>
internal sealed class ApiException(string code, string message, Exception? innerException = null)
    : GanglionException(code, message, innerException);
