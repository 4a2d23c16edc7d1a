import java.nio.file.Files
import java.nio.file.Path

// Of the folders of all kinds the one that was asked for becomes the project, the others go.
Path project = Path.of(request.outputDirectory, request.artifactId)
String kind = request.properties['kind']
if (!Files.isDirectory(project.resolve(kind))) {
  throw new IllegalArgumentException("there is no kind '" + kind + "'")
}
project.resolve(kind).toFile().listFiles().each { Files.move(it.toPath(), project.resolve(it.name)) }
project.toFile().listFiles().findAll { it.isDirectory() && it.name != 'src' }.each { it.deleteDir() }
