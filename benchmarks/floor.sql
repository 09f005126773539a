-- Everything the file of one division at one diploma holds: one row per pupil, figures included.
WITH pupil AS (
  SELECT s.id AS student_id, s.siecle_id, s.ine, s.name_key, s.first_name_key,
         e.mef, e.mef_given, p.kind, p.project,
         l.id AS livret_id, l.appreciation, l.pfmp_export, l.pfmp_synthesis, l.pfmp_last_name,
         l.pfmp_first_name, l.pfmp_weeks, l.pfmp_abroad, l.project_mark, l.project_appreciation
    FROM schools_enrolment e
    JOIN schools_student s ON s.id = e.student_id
    JOIN livrets_livret l ON l.student_id = s.id AND l.school_year_id = e.school_year_id
                         AND l.cfd = e.cfd AND l.level = e.level
    JOIN livrets_periodicity p ON p.school_year_id = e.school_year_id AND p.cfd = e.cfd
                              AND p.level = e.level
   WHERE e.division_id = %(division)s AND e.cfd = %(cfd)s AND e."end" IS NULL
     AND e.status = 'ST' AND e.no_livret = ''
), period AS (
  SELECT livret_id, avg(average) AS annual,
         array_agg(number::text ORDER BY number) AS numbers,
         array_agg(coalesce(average::text, '-1') ORDER BY number) AS averages
    FROM livrets_periodbilan
   WHERE livret_id IN (SELECT livret_id FROM pupil)
   GROUP BY livret_id
), figures AS (
  SELECT count(annual) AS counted, round(avg(annual), 2) AS average,
         round(100.0 * count(*) FILTER (WHERE annual < 8) / count(annual), 2) AS low,
         round(100.0 * count(*) FILTER (WHERE annual >= 8 AND annual < 12) / count(annual), 2)
           AS middle
    FROM period
), lsl AS (
  SELECT mef, competence, code
    FROM referentiels_nomenclaturecode
   WHERE nomenclature_id = (SELECT id FROM referentiels_nomenclature
                             ORDER BY provisional, id DESC LIMIT 1)
     AND millesime = %(year)s AND subject = %(subject)s AND mode = %(mode)s
     AND mef IN (SELECT mef FROM pupil)
), degree AS (
  SELECT d.livret_id,
         array_agg(lsl.code ORDER BY c.position) AS codes,
         array_agg(d.value::text ORDER BY c.position) AS levels
    FROM livrets_degree d
    JOIN pupil ON pupil.livret_id = d.livret_id
    JOIN referentiels_competence c ON c.id = d.competence_id AND c.expected
    JOIN lsl ON lsl.mef = pupil.mef AND lsl.competence = c.code
   GROUP BY d.livret_id
), teacher AS (
  SELECT livret_id, block,
         array_agg(last_name ORDER BY "position") AS last_names,
         array_agg(first_name ORDER BY "position") AS first_names
    FROM livrets_teacherline
   WHERE livret_id IN (SELECT livret_id FROM pupil)
   GROUP BY livret_id, block
)
SELECT pupil.student_id, siecle_id::text, ine, mef_given, kind, appreciation,
       pfmp_synthesis, pfmp_last_name, pfmp_first_name, pfmp_weeks::text,
       CASE WHEN pfmp_abroad THEN 'true' ELSE 'false' END,
       project_mark::text, project_appreciation,
       period.numbers, period.averages, degree.codes, degree.levels,
       signs.last_names, signs.first_names, project_signs.last_names, project_signs.first_names,
       counted::text, average::text, low::text, middle::text, (100 - low - middle)::text
  FROM pupil
  CROSS JOIN figures
  JOIN period USING (livret_id)
  JOIN degree USING (livret_id)
  JOIN teacher signs ON signs.livret_id = pupil.livret_id AND signs.block = 'specialite'
  JOIN teacher project_signs ON project_signs.livret_id = pupil.livret_id
                            AND project_signs.block = 'projet'
 ORDER BY name_key, first_name_key, siecle_id
