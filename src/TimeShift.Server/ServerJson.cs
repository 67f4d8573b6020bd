using System.Text.Json.Serialization;
using TimeShift.Server.Api;
using TimeShift.Server.Http;

namespace TimeShift.Server;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StreamList))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class ServerJson : JsonSerializerContext;
